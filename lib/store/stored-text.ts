const nul = /\0/g;

/** Postgres text holds neither NUL nor half a surrogate pair; U+FFFD in their place keeps every offset. */
export function storable(text: string): string {
  return text.replace(nul, '\uFFFD').toWellFormed();
}
