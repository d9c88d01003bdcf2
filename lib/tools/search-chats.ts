import * as z from 'zod';
import type { SearchHit } from '#lib/wire/search.ts';
import { ownTool, ownToolset } from './own-tool.ts';
import type { ToolSource } from './tool.ts';

/** Messages of this person, best first. */
export type SearchMessages = (
  userId: string,
  text: string,
  signal: AbortSignal,
) => Promise<readonly SearchHit[]>;

const MOST_FOUND = 10;

const title = 'Search my chats';

export function searchTools(search: SearchMessages): ToolSource {
  const tool = ownTool({
    name: 'search_chats',
    title,
    description: "Finds messages in this person's other chats by their words and by what they mean.",
    schema: z.object({
      words: z.string().min(1).max(200).describe('A few words of what was said'),
    }),
    async run({ words }, { userId, chatId, signal }) {
      // What was just asked would always be the first thing found.
      const found = (await search(userId, words, signal)).filter((one) => one.chatId !== chatId);
      if (found.length === 0) return 'Nothing was found. Fewer or other words may help.';
      return JSON.stringify(found.slice(0, MOST_FOUND).map(inWords));
    },
  });
  return ownToolset({ id: 'search', title, description: 'Looks up what was said in other chats of yours' }, [
    tool,
  ]);
}

function inWords({ chatTitle, snippet }: SearchHit) {
  return { chat: chatTitle, text: snippet.map(({ text }) => text).join('') };
}
