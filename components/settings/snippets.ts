export interface Snippet {
  name: 'curl' | 'Node' | 'Python';
  code: string;
}

/** Programs of a few lines that work as they are, with the key in WEIR_KEY. */
export function snippets(baseUrl: string, model: string): Snippet[] {
  const id = JSON.stringify(model);
  return [
    {
      name: 'curl',
      code: `curl ${baseUrl}/chat/completions \\
  -H "Authorization: Bearer $WEIR_KEY" \\
  -H "Content-Type: application/json" \\
  -d '{"model": ${id.replaceAll("'", "'\\''")}, "messages": [{"role": "user", "content": "Hello"}]}'`,
    },
    {
      name: 'Node',
      code: `import OpenAI from 'openai';

const client = new OpenAI({
  baseURL: '${baseUrl}',
  apiKey: process.env.WEIR_KEY,
});
const stream = await client.chat.completions.create({
  model: ${id},
  messages: [{ role: 'user', content: 'Hello' }],
  stream: true,
});
for await (const chunk of stream) {
  process.stdout.write(chunk.choices[0]?.delta.content ?? '');
}`,
    },
    {
      name: 'Python',
      code: `import os
from openai import OpenAI

client = OpenAI(base_url="${baseUrl}", api_key=os.environ["WEIR_KEY"])
answer = client.chat.completions.create(
    model=${id},
    messages=[{"role": "user", "content": "Hello"}],
)
print(answer.choices[0].message.content)`,
    },
  ];
}
