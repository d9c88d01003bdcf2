import { FLOW_POINTS, pointOf } from '#lib/wire/flow.ts';
import type { ServerEventOf } from '#lib/wire/server-event.ts';
import type { ClientState } from './state.ts';

/** @param heardAt milliseconds since 1970 */
export function applyFlow(
  state: ClientState,
  { flow, past }: ServerEventOf<'flow'>,
  heardAt: number,
): ClientState {
  const before = past ?? state.flow?.points ?? [];
  const points = [...before.filter(({ at }) => at < flow.at), pointOf(flow)].slice(-FLOW_POINTS);
  return { ...state, flow: { now: flow, heardAt, points } };
}
