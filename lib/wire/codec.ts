import { type ClientMessage, clientMessage } from './client-message.ts';
import { Refusal } from './error-code.ts';
import { type ServerEvent, serverFrame } from './server-event.ts';

/** @throws Refusal `bad_message` that names the first field that is wrong. */
export function parseClientMessage(frame: string): ClientMessage {
  const parsed = clientMessage.safeParse(parseJson(frame));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const tooLong = issue?.code === 'too_big' && issue.path[0] === 'text';
  throw new Refusal(
    tooLong ? 'too_long' : 'bad_message',
    `${issue?.path.join('.') || 'frame'}: ${issue?.message ?? 'malformed'}`,
  );
}

/** The `requestId` of a frame that did not parse, so that its refusal still finds its request. */
export function requestIdOf(frame: string): string | null {
  const value = /"requestId"\s*:\s*"([0-9a-f-]{36})"/i.exec(frame)?.[1];
  return value ?? null;
}

/** @throws Refusal `bad_message`: the page is older than the server or a proxy garbled the frame. */
export function parseServerFrame(frame: string): ServerEvent[] {
  const parsed = serverFrame.safeParse(parseJson(frame));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new Refusal('bad_message', `${issue?.path.join('.') || 'frame'}: ${issue?.message ?? 'malformed'}`);
}

export function encodeClientMessage(message: ClientMessage): string {
  return JSON.stringify(message);
}

export function encodeEvent(event: ServerEvent): string {
  return JSON.stringify(event);
}

/** The hot one: about half the cost of encoding an object. `generation` is a UUID and needs no escaping. */
export function encodeDelta(generation: string, at: number, text: string, reasoning: boolean): string {
  const channel = reasoning ? ',"channel":"reasoning"' : '';
  return `{"type":"delta","generation":"${generation}","at":${at},"text":${JSON.stringify(text)}${channel}}`;
}

/** @param events already encoded */
export function joinFrame(events: readonly string[]): string {
  return `[${events.join(',')}]`;
}

function parseJson(frame: string): unknown {
  try {
    return JSON.parse(frame);
  } catch (cause) {
    throw new Refusal('bad_message', 'frame: not JSON', { cause });
  }
}
