/** A weir seen from the front: the wall, the water above it, what it lets through. */
export function WeirMark({ className }: { className?: string }) {
  return (
    <svg
      viewBox="0 0 32 32"
      fill="none"
      stroke="currentColor"
      strokeWidth="2.2"
      strokeLinecap="round"
      aria-hidden="true"
      className={className}
    >
      <path d="M4 7v18M28 7v18M4 16h24" />
      <path d="M4 10.4c4-2.6 8-2.6 12 0s8 2.6 12 0" opacity=".6" />
      <path d="M11 20.5v4.5M16 20.5v4.5M21 20.5v4.5" opacity=".6" />
    </svg>
  );
}
