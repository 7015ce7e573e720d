import type { Choice, Offer, Option, Request, RunState, Table, Told } from './messages.ts'
import { chartView } from './views/chart.ts'
import { gridView } from './views/grid.ts'
import { pointsView } from './views/points.ts'
import { factsOf, statusOf } from './views/words.ts'

const find = <E extends HTMLElement>(selector: string) => document.querySelector<E>(selector)!
const choices = find<HTMLFieldSetElement>('#choices')
const recipe = find<HTMLSelectElement>('#recipe')
const backend = find<HTMLSelectElement>('#backend')
const engine = find<HTMLSelectElement>('#engine')
const seed = find<HTMLInputElement>('#seed')
const steps = find<HTMLInputElement>('#steps')
const start = find<HTMLButtonElement>('#start')
const pause = find<HTMLButtonElement>('#pause')
const reset = find<HTMLButtonElement>('#reset')
const error = find('#error')

const points = pointsView(find<HTMLCanvasElement>('#points canvas'))
const samples = gridView(find<HTMLCanvasElement>('#samples canvas'))
const real = gridView(find<HTMLCanvasElement>('#real canvas'))
const chart = chartView(find<HTMLCanvasElement>('#losses canvas'))

const worker = new Worker(new URL('./worker/worker.ts', import.meta.url), { type: 'module' })
const ask = (request: Request) => worker.postMessage(request)

const choice = (): Choice => ({
  recipe: recipe.value,
  backend: backend.value,
  engine: engine.value,
  seed: seed.valueAsNumber,
  steps: steps.valueAsNumber,
})

/** Shows text in an element, touching it only where it changes, so that it is read aloud once. */
const write = (element: Element, text: string) => {
  if (element.textContent !== text) element.textContent = text
}

const make = (tag: string, text: string | number = '') =>
  Object.assign(document.createElement(tag), { textContent: String(text) })

const fill = (select: HTMLSelectElement, options: readonly Option[], label: (option: Option) => string) =>
  select.replaceChildren(
    ...options.map(option => {
      const element = new Option(label(option), option.name)
      element.disabled = option.unavailable !== undefined
      return element
    }),
  )

/** Says of what is chosen what it is. */
const withAbout = (select: HTMLSelectElement, about: HTMLElement, options: readonly Option[]) => {
  const show = () => write(about, options.find(option => option.name === select.value)?.about ?? '')
  select.addEventListener('change', show)
  show()
}

function showOffer({ recipes, backends, engines, storage, isolated, last }: Offer) {
  fill(recipe, recipes, option => option.about)
  const named = ({ name, unavailable }: Option) => (unavailable ? `${name} (not available)` : name)
  fill(backend, backends, named)
  fill(engine, engines, named)
  recipe.value = last.recipe
  backend.value = last.backend
  engine.value = last.engine
  seed.valueAsNumber = last.seed
  steps.valueAsNumber = last.steps
  withAbout(backend, find('#backend-about'), backends)
  find('#backends').replaceChildren(
    ...backends.flatMap(b => [make('dt', b.name), make('dd', b.unavailable ?? b.about)]),
  )
  withAbout(engine, find('#engine-about'), engines)
  write(
    find('#storage'),
    isolated
      ? storage.about
      : `${storage.about} The page is not cross-origin isolated: WebAssembly has one thread.`,
  )
  find('#storage').classList.toggle('lost', !storage.kept)
  recipe.addEventListener('change', () => {
    steps.valueAsNumber = recipes.find(option => option.name === recipe.value)!.steps
  })
  for (const input of [recipe, seed, backend])
    input.addEventListener('change', () => {
      if (seed.validity.valid) ask({ kind: 'look', choice: choice() })
    })
}

/** The run as the worker told it last. */
let run: RunState | undefined

/** A run that has reached its last step goes on when it is given more. */
const offerStart = () => {
  const left = run !== undefined && run.step < steps.valueAsNumber
  start.disabled = run?.phase !== 'idle' || !left
}
steps.addEventListener('input', offerStart)

function showRun(told: RunState) {
  run = told
  const { phase, choice: chosen, step } = run
  const idle = phase === 'idle'
  choices.disabled = !idle
  offerStart()
  write(start, step > 0 ? 'Continue' : 'Start')
  pause.disabled = phase !== 'training'
  reset.disabled = phase === 'preparing' || phase === 'stopping'
  write(find('#status'), statusOf(run))
  find<HTMLProgressElement>('#progress').value = Math.min(1, step / chosen.steps)
  for (const [term, fact] of factsOf(run)) write(factNamed(term), fact)
}

/** The place of a fact; made when it is first told. */
function factNamed(term: string): Element {
  const list = find('#facts')
  const there = list.querySelector(`[data-fact="${term}"]`)
  if (there) return there
  const detail = make('dd')
  detail.dataset.fact = term
  list.append(make('dt', term), detail)
  return detail
}

function showTable({ title, head, rows, remark }: Table): HTMLElement {
  const table = document.createElement('table')
  const headings = document.createElement('tr')
  headings.append(...head.map(text => Object.assign(make('th', text), { scope: 'col' })))
  const top = document.createElement('thead')
  top.append(headings)
  const body = document.createElement('tbody')
  for (const [name, ...cells] of rows) {
    const line = document.createElement('tr')
    line.append(Object.assign(make('th', name), { scope: 'row' }), ...cells.map(cell => make('td', cell)))
    body.append(line)
  }
  table.append(make('caption', title), top, body)
  const block = Object.assign(document.createElement('div'), { className: 'table' })
  block.append(table, Object.assign(make('p', remark ?? ''), { className: 'about' }))
  return block
}

const fail = (text: string) => {
  error.hidden = text === ''
  write(error, text)
}

const isImage = (shape: readonly number[]) => shape.length === 4

worker.onmessage = ({ data: told }: MessageEvent<Told>) => {
  switch (told.kind) {
    case 'offer':
      return showOffer(told.offer)
    case 'run':
      return showRun(told.run)
    case 'clear':
      for (const view of [points, samples, real, chart]) view.clear()
      for (const step of document.querySelectorAll('[data-step]')) write(step, '')
      find('#tables').replaceChildren()
      find('#notes').replaceChildren()
      return fail('')
    case 'real':
      find('#points').hidden = isImage(told.rows.shape)
      for (const id of ['#real', '#samples']) find(id).hidden = !isImage(told.rows.shape)
      return isImage(told.rows.shape) ? real.show(told.rows) : points.real(told.rows, told.range)
    case 'samples':
      for (const step of document.querySelectorAll('[data-step]'))
        write(step, `at step ${told.step.toLocaleString('en')}`)
      return isImage(told.rows.shape) ? samples.show(told.rows) : points.samples(told.rows)
    case 'losses': {
      const players = Object.keys(told.entries[0]?.losses ?? {})
      find('[data-keys]').replaceChildren(
        ...players.map(player => Object.assign(make('span', player), { className: `key ${player}` })),
      )
      return chart.add(told.entries)
    }
    case 'tables':
      return find('#tables').replaceChildren(...told.tables.map(showTable))
    case 'note':
      return find('#notes').append(make('li', told.text))
    case 'error':
      return fail(told.text)
  }
}
worker.onerror = event => fail(`The worker could not run: ${event.message || 'its program did not load'}`)

find<HTMLFormElement>('#form').addEventListener('submit', event => {
  event.preventDefault()
  fail('')
  ask({ kind: 'start', choice: choice() })
})
pause.addEventListener('click', () => ask({ kind: 'pause' }))
reset.addEventListener('click', () => ask({ kind: 'reset', choice: choice() }))
