const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text made safe for HTML and SVG, in elements and in quoted attributes. */
export const escapeText = (text: string): string => text.replace(/[&<>"']/g, c => ENTITIES[c]!)

/** Bytes in base64, in Node and in browsers. */
export function base64(bytes: Uint8Array): string {
  let text = ''
  // In pieces: the arguments of one call are limited.
  for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000))
  return btoa(text)
}
