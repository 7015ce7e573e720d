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
const known = figures.map(f => f.name).join(', ')
if (names.includes('--help') || names.includes('-h')) {
  console.log(`npm run figures [-- name ...]

Draws the figures named, all unless one is, into docs/figures, and writes their texts into docs/figures/README.md.
Figures: ${known}`)
  process.exit(0)
}
const unknown = names.filter(name => !figures.some(figure => figure.name === name))
if (unknown.length > 0) {
  console.error(`figures: unknown: ${unknown.join(', ')}; known: ${known}. npm run figures draws all.`)
  process.exit(2)
}

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
