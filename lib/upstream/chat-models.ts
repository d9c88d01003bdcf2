/** Words in the names of models that make no chat answers. */
const otherKinds = [
  ...['embed', 'embedding', 'embeddings', 'bge', 'e5', 'minilm', 'rerank', 'reranker', 'clip'],
  ...['whisper', 'tts', 'transcribe', 'transcription', 'audio', 'realtime', 'speech', 'voice'],
  ...['dall', 'image', 'images', 'imagen', 'diffusion', 'flux', 'sora', 'veo', 'video'],
  ...['moderation', 'guard', 'davinci', 'babbage', 'instruct-0914'],
];
const others = new RegExp(`(^|[-_/.:])(${otherKinds.join('|')})($|[-_/.:\\d])`, 'i');

/** Whether a model of this name is for chats, as far as a name tells. */
export function isChatModel(name: string): boolean {
  return !others.test(name);
}
