// Draws the figures of docs/figures and writes their page. `npm run figures` draws all, `npm run figures play` one.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { svg } from '@equilibria/analysis'
import '@tensorflow/tfjs-backend-cpu'
import { setBackend } from '@tensorflow/tfjs-core'
import { figures } from './figures/index.ts'
import { pageOf, sectionsOf } from './figures/page.ts'

const folder = join(import.meta.dirname, '../docs/figures')
const page = join(folder, 'README.md')
const names = process.argv.slice(2)
const unknown = names.filter(name => !figures.some(figure => figure.name === name))
if (unknown.length > 0)
  throw new Error(`unknown: ${unknown.join(', ')}; known: ${figures.map(f => f.name).join(', ')}`)

mkdirSync(folder, { recursive: true })
const written = () => (existsSync(page) ? sectionsOf(readFileSync(page, 'utf8')) : new Map<string, string>())
for (const figure of figures.filter(f => names.length === 0 || names.includes(f.name))) {
  await setBackend('cpu')
  const began = performance.now()
  const { picture, description, text } = await figure.draw()
  writeFileSync(join(folder, `${figure.name}.svg`), svg(picture, description))
  writeFileSync(page, pageOf(figures, written().set(figure.name, text)))
  console.error(`${figure.name}: ${((performance.now() - began) / 1000).toFixed(0)} s`)
}
