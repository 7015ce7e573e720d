const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
}

/** Text made safe for SVG, in elements and in quoted attributes. */
export const escapeText = (text: string): string => text.replace(/[&<>"]/g, c => ENTITIES[c]!)

/** A coordinate, to a tenth of a pixel: pictures stay small, and the same on every machine. */
export const px = (n: number): string => (Math.round(n * 10) / 10 + 0).toString()
