/** A gauge that moves wherever something is being made. */
export function Level() {
  return (
    <span aria-hidden="true" className="inline-flex h-3 w-3 shrink-0 items-end gap-0.5">
      <span className="level-bar h-2 w-0.5 rounded-full bg-current" />
      <span className="level-bar h-3 w-0.5 rounded-full bg-current [animation-delay:-0.3s]" />
      <span className="level-bar h-1.5 w-0.5 rounded-full bg-current [animation-delay:-0.6s]" />
    </span>
  );
}
