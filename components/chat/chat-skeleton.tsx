import { Skeleton } from '#components/ui/skeleton.tsx';

export function ChatSkeleton() {
  return (
    <div role="status" aria-label="Loading this chat" className="min-h-0 flex-1 overflow-hidden pt-14">
      <div className="measure space-y-8">
        <Skeleton className="ml-auto h-11 w-2/5 rounded-2xl" />
        <div className="space-y-3">
          <Skeleton className="h-4 w-11/12" />
          <Skeleton className="h-4 w-full" />
          <Skeleton className="h-4 w-3/4" />
        </div>
        <Skeleton className="ml-auto h-11 w-1/3 rounded-2xl" />
        <div className="space-y-3">
          <Skeleton className="h-4 w-full" />
          <Skeleton className="h-4 w-5/6" />
        </div>
      </div>
    </div>
  );
}
