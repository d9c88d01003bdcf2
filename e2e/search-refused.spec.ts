import { newMark, paced, words } from './script.ts';
import { SearchView } from './search.ts';
import { expect, test } from './world.ts';

test('[C98] a branch that is refused on the way to a result is said, and the chat is shown', async ({
  person,
}) => {
  const guest = await person();
  let refusals = 0;
  await guest.context.routeWebSocket(/\/ws$/, (socket) => {
    const server = socket.connectToServer();
    socket.onMessage((frame) => {
      const message = JSON.parse(String(frame)) as { type: string; requestId: string };
      if (message.type !== 'select') return server.send(frame);
      refusals += 1;
      const { requestId } = message;
      const refused = {
        type: 'refused',
        requestId,
        code: 'too_many_requests',
        message: 'Not this time.',
        retryAfterMs: null,
      };
      socket.send(JSON.stringify([refused]));
    });
  });
  const [old, newer] = [newMark('o'), newMark('n')];
  const tab = await guest.open();
  await tab.send(`${old} ${paced({ n: 3, mark: old })}`);
  await tab.expectReply(words(3, old));
  await tab.edit(`${newer} ${paced({ n: 3, mark: newer })}`);
  await tab.expectReply(words(3, newer));
  const { chatId } = tab;
  const view = new SearchView(tab);
  await view.goTo();
  await view.find(old);
  await view.open('You');
  await expect(tab.page.getByText('Not this time.')).toBeVisible();
  await tab.expectReply(words(3, newer));
  await expect(tab.page).toHaveURL(new RegExp(`/c/${chatId}$`));
  // The way is open again for the next try.
  await view.goTo();
  await view.find(old);
  await view.open('You');
  await expect.poll(() => refusals).toBe(2);
  await tab.expectReply(words(3, newer));
});
