import { randomUUID } from 'node:crypto';
import type { Config } from '../config.ts';
import { Analyses, type AnalysesPorts } from '../jobs/analyses.ts';

/** Analyses of texts, at the gate that everything passes. */
export function composeAnalyses(
  ports: Omit<AnalysesPorts, 'newId' | 'queueMs'>,
  { queueMs }: Pick<Config, 'queueMs'>,
): Analyses {
  return new Analyses({ ...ports, queueMs, newId: randomUUID });
}
