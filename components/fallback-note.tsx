'use client';

import { useModels } from '#lib/client/hooks.ts';
import type { Generation, ModelInfo } from '#lib/wire/chat.ts';

/** Which model answers in place of the one that was asked; nothing while that is the same. */
export function FallbackNote({ generation }: { generation: Generation }) {
  const { models } = useModels();
  const { model, fallback } = generation;
  if (fallback === null) return null;
  return <p className="text-warn text-xs">{fallbackWords(models, model, fallback)}</p>;
}

/** Two servers may call a model the same; then its full id says which one is meant. */
export function fallbackWords(models: readonly ModelInfo[], model: string, fallback: string): string {
  const label = (id: string) => models.find((one) => one.id === id)?.label ?? id;
  const isSame = label(model) === label(fallback);
  const [asked, other] = isSame ? [model, fallback] : [label(model), label(fallback)];
  return `Answered by ${other}, because ${asked} failed`;
}
