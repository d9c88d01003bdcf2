import { renderToString } from 'react-dom/server';
import { expect, it } from 'vitest';
import { chatId, fakeId } from './fake-events.ts';
import { useAllActivity, useFlow, useGate, useIsRaceAsked, useRace } from './flow-hooks.ts';
import {
  useAnnouncement,
  useChat,
  useChatActivity,
  useChats,
  useConnection,
  useDraft,
  useGeneration,
  useMessageText,
  useModels,
  usePending,
} from './hooks.ts';

function Everything() {
  const [draft] = useDraft('new');
  const shown = [
    useConnection().phase,
    useChats().length,
    useChat(chatId).phase,
    useChatActivity(chatId),
    useGeneration(fakeId(1)),
    useMessageText(fakeId(1)).text,
    useModels().models.length,
    usePending(chatId).length,
    useAnnouncement(),
    draft,
    useGate(),
    useFlow(),
    useRace() ?? null,
    useAllActivity().length,
    useIsRaceAsked(),
  ];
  return JSON.stringify(shown);
}

it('[C19] every hook can be rendered on the server, where there is no browser', () => {
  const html = renderToString(<Everything />).replaceAll('&quot;', '"');
  expect(JSON.parse(html)).toEqual([
    'connecting',
    0,
    'loading',
    null,
    null,
    '',
    0,
    0,
    '',
    '',
    null,
    null,
    null,
    0,
    false,
  ]);
});
