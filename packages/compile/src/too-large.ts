/** A step that needs more memory than can be had; nothing was run. */
export class TooLarge extends Error {}
