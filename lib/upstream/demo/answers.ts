/** What the demo says. It is honest: no model is at work, and every answer says so or shows how to connect one. */

/** A `weir.config.json` with two upstreams, shown by the demo. */
export const configExample = `{
  "upstreams": [
    {
      "name": "ollama",
      "baseUrl": "http://127.0.0.1:11434/v1",
      "models": ["llama3.2"],
      "limit": 2
    },
    {
      "name": "openai",
      "baseUrl": "https://api.openai.com/v1",
      "keyVariable": "OPENAI_API_KEY",
      "models": ["gpt-5-mini"],
      "limit": 8
    }
  ]
}`;

const fence = (language: string, code: string) => `\`\`\`${language}\n${code}\n\`\`\``;

export const greetingText = `Hello! This is **Weir's demo upstream**, not a language model: I choose from a few prepared answers, \
so that you can see streaming, the queue and several chats at once before you connect a real model.

Things to try:

- ask *How do I connect a model?*
- ask for a **table**, some **code**, a **formula** or a **long answer**
- open three tabs, send in all of them, and watch the places in the sidebar count down
- press **Stop** in the middle of an answer, then **Regenerate**`;

export const connectText = `This is the demo, so no model has answered you yet. Connecting one takes a minute.

### One model server, from the environment

${fence('bash', 'export OPENAI_API_KEY=sk-...\nexport OPENAI_BASE_URL=https://api.openai.com/v1   # or any compatible server\nnpm start')}

\`OPENAI_BASE_URL\` may point to every server that speaks OpenAI's API: OpenRouter, vLLM, llama.cpp, LM Studio, LiteLLM.

### A model on this computer

${fence('bash', 'ollama pull llama3.2\nollama serve\nnpm start')}

Ollama, LM Studio, llama.cpp and vLLM are found on their usual local ports; no key is needed.

### Several at once

Put a \`weir.config.json\` beside \`package.json\`:

${fence('json', configExample)}

Then restart Weir. The demo disappears as soon as a real model is there.`;

export const tableText = `A table, streamed row by row. (I am the demo upstream; the rows are prepared, not thought up.)

| Setting | Default | What it does |
| --- | ---: | --- |
| \`PORT\` | 3000 | where Weir serves |
| \`WEIR_MAX_UPSTREAM\` | 8 | model calls open at the same time |
| \`WEIR_MODEL\` | first offered | model of a new chat |
| \`OPENAI_API_KEY\` | none | key of the model server |
| \`OPENAI_BASE_URL\` | none | address of the model server |
| \`DATABASE_URL\` | none | a Postgres server instead of the embedded one |

Everything in it is optional.`;

const clientCode = `const response = await fetch(\`\${process.env.OPENAI_BASE_URL}/chat/completions\`, {
  method: 'POST',
  headers: {
    'content-type': 'application/json',
    authorization: \`Bearer \${process.env.OPENAI_API_KEY}\`,
  },
  body: JSON.stringify({
    model: 'weir-demo',
    stream: true,
    messages: [{ role: 'user', content: 'Hello' }],
  }),
});

for await (const bytes of response.body) {
  process.stdout.write(bytes);
}`;

export const codeText = `Here is a prepared piece of code: a streaming call to any OpenAI-compatible server, with nothing but Node.

${fence('js', clientCode)}

Each event is a line that begins with \`data: \`, and the last one is \`data: [DONE]\`. A real model, once connected, writes the \
code that you ask for; this demo always shows the same.`;

export const mathText = `A formula, to show that they are set while they arrive. With $n$ independent prompts of durations \
$t_1, \\dots, t_n$ and a cap of at least $n$, running them one after the other takes

$$T_{\\text{sequential}} = \\sum_{i=1}^{n} t_i \\qquad\\text{and together}\\qquad T_{\\text{concurrent}} = \\max_i t_i .$$

So for equal durations the speed-up is $n$. (Prepared text: I am the demo upstream, and no model.)`;

export const longText = `# What Weir is

*This long answer is prepared: you are talking to the demo upstream, not to a model.*

Weir is a chat for many conversations at once. The name is its programme: a weir lets a river through at the rate that the \
channel below can take. Model servers have limits, of requests, of tokens, of patience. People have many tabs. Between the \
two stands a gate.

## The gate

Every call to a model passes it: a chat reply, a title. The gate lets a set number of calls be open at once. \
The rest wait in a queue that everybody can see: your place in it, and about how long it will take. **Flow**, at the top \
right, lists all of yours and leads to the lanes, live, and to a race that shows what calling at once is worth. Replies to people go before \
background work, and whoever was served least goes first, so that nobody starves behind somebody with fifty tabs.

## An answer outlives its tab

1. Your message is stored before you are told that it was accepted.
2. The answer is made on the server, whether or not a tab is watching.
3. Close the tab, cut the network, come back in another tab: the text so far is there at once, and the stream goes on.
4. Stop works from any tab, also while the answer is still waiting.

Each answer ends exactly once: done, stopped, failed with a reason, or interrupted with its text kept.

## Why it stays fast

The server keeps one text for each answer, and each browser a place in it. Whatever a browser has not seen is sent in one slice, \
some tens of times a second. A slow reader gets fewer and larger slices; nobody gets the same letter twice.

If a call brings $k$ tokens a second and $m$ calls are open, then $m \\cdot k$ tokens a second pass through one process:

$$\\text{load} = \\sum_{i=1}^{m} k_i$$

## The next step

| You have | Do this |
| --- | --- |
| an API key | \`export OPENAI_API_KEY=...\` and restart |
| a compatible server | \`export OPENAI_BASE_URL=http://host:port/v1\` and restart |
| Ollama on this computer | start it, then restart Weir |
| several of them | write a \`weir.config.json\` |

${fence('bash', 'OPENAI_API_KEY=sk-... npm start')}

Then ask the same again, and a model will answer instead of me.`;

const quoteLimit = 600;

/** The answer to everything else: what was asked, and that nobody here can answer it. */
export function quoteText(prompt: string): string {
  const short = prompt.length > quoteLimit ? `${prompt.slice(0, quoteLimit).toWellFormed()} …` : prompt;
  const quoted = short.split(/\r\n|\r|\n/).map((line) => `> ${line}`);
  return `You wrote:

${quoted.join('\n')}

I am **Weir's demo upstream**, not a language model, so I cannot answer that. Your message did go the whole way, though: stored, \
queued at the gate, sent to a model server (this one), streamed back to you and to every other tab that shows this chat.

To get real answers, set \`OPENAI_API_KEY\` (and \`OPENAI_BASE_URL\` for a server other than OpenAI's), or start \
[Ollama](https://ollama.com) on this computer, and restart Weir:

${fence('bash', 'OPENAI_API_KEY=sk-... npm start')}

Ask *How do I connect a model?* for all the ways, or ask for a **table**, **code**, a **formula** or a **long answer** to see \
how those arrive.`;
}

export const thoughtText = `This is the demo of a model that thinks before it answers. Nothing is thinking here: these lines are \
prepared, and arrive as reasoning text, apart from the answer. A real reasoning model sends its thoughts in the same way. Weir \
shows them folded, and times them.`;
