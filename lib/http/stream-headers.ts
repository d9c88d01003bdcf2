/** Of an answer of server-sent events. */
export const streamHeaders = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  // Proxies that gather an answer before they pass it on leave this one alone.
  'X-Accel-Buffering': 'no',
  // Without it the Node server looks for a second chunk before it sends the first.
  'Transfer-Encoding': 'chunked',
};
