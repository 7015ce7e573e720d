/** A decoded image: 8-bit channels, interleaved, row by row. 1: grey, 2: grey and alpha, 3: colour, 4: colour and alpha. */
export interface Picture {
  readonly width: number
  readonly height: number
  readonly channels: number
  readonly data: Uint8Array
}

/**
 * A picture with 1 (grey) or 3 (red, green, blue) channels. Transparent parts are laid over white; grey is the luma of
 * ITU-R BT.601, 0.299 R + 0.587 G + 0.114 B.
 */
export function withChannels(picture: Picture, channels: 1 | 3): Picture {
  const { width, height, channels: given, data } = picture
  if (given === channels) return picture
  const out = new Uint8Array(width * height * channels)
  const opaque = given === 1 || given === 3
  const colours = given <= 2 ? 1 : 3
  for (let pixel = 0; pixel < width * height; pixel++) {
    const at = pixel * given
    const alpha = opaque ? 1 : data[at + given - 1]! / 255
    const over = (channel: number) => data[at + channel]! * alpha + 255 * (1 - alpha)
    if (channels === 1)
      out[pixel] = Math.round(colours === 1 ? over(0) : 0.299 * over(0) + 0.587 * over(1) + 0.114 * over(2))
    else for (let c = 0; c < 3; c++) out[pixel * 3 + c] = Math.round(over(colours === 1 ? 0 : c))
  }
  return { width, height, channels, data: out }
}
