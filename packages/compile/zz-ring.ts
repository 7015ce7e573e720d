import '@tensorflow/tfjs-backend-cpu'
import { useBackend } from '../backends/src/index.ts'
import { compiled } from './src/engine.ts'
import { onnxruntimeWeb } from './src/targets/onnxruntime-web.ts'
import { eager, makeStep, release, tensorsOf, alternating, fold, key } from '@equilibria/core'
import { makeRegistry, realise, realiseData, ringRecipe, withFacts } from '../equilibria/src/index.ts'
const [threads = '1', mode = 'ring', extra = '{}'] = process.argv.slice(2)
const ort = await import('onnxruntime-web')
const create = ort.InferenceSession.create.bind(ort.InferenceSession)
;(ort.InferenceSession as any).create = (m: any, o: any) => create(m, { ...o, extra: { session: JSON.parse(extra) } })
await useBackend('wasm')
const registry = makeRegistry()
let recipe = ringRecipe as any, data: any
if (mode === 'digits') {
  const { normal } = await import('@equilibria/core')
  const tf = await import('@tensorflow/tfjs-core')
  data = { size: 1000, at: ({ step, n, key }: any) => ({ data: normal(fold(key, step), [n, 28, 28, 1], 0, 0.5), labels: tf.tensor1d(Array.from({length: n}, (_, i) => i % 10), 'int32') }) }
  recipe = { recipe: 1, title: 'd', data: 'mnist', game: { name: 'gan', generator: { name: 'mlp.generator', dimensions: 64, hidden: [256, 512], batchNorm: true, conditional: true, shape: [28,28,1], classes: 10 }, critic: { name: 'mlp.critic', hidden: [512, 256], conditional: true, shape: [28,28,1], classes: 10 }, latent: { name: 'gaussian', dimensions: 64 }, loss: 'nonSaturating', criticTerms: { r1: { name: 'every', k: 16, term: { name: 'r1', gamma: 1 } } } }, dynamics: 'alternating', optimizer: { name: 'adam', rate: 1e-3, beta1: 0.5 }, slots: { ema: { name: 'ema', decay: 0.998, players: ['generator'] } }, steps: 3000, batch: 64, facts: { shape: [28,28,1], classes: 10 } }
} else {
  data = await realiseData(ringRecipe, registry)
  recipe = withFacts(recipe, data)
}
const { sampler: _, game, dynamics, optimizer, slots } = realise(recipe, registry, recipe.facts) as any
const step = makeStep({ game, dynamics: dynamics ?? alternating(), optimizer, slots }) as any
let runs = 0, inRun = 0
const stages: string[] = []
const wrap = (t: any) => ({ ...t, load: async (m: any) => { const s = await t.load(m); stages.push(`model ${m.model.length} bytes, ${m.inputs.length} in, ${m.outputs.length} out`); return { ...s, run: async (a: any, b: any) => { const t0 = performance.now(); await s.run(a, b); inRun += performance.now() - t0; runs++ } } } })
const engines: any = { eager: eager(), [`web ${threads}`]: compiled(wrap(await onnxruntimeWeb({ threads: Number(threads) }))) }
const states: any = {}
const ready: any = {}
const k = key(9)
const batches = async (i: number) => [await Promise.all(Array.from({ length: step.draws }, (_, d) => data.at({ step: i * step.draws + d, n: recipe.batch ?? 64, key: k })))][0]
for (const name of Object.keys(engines)) { states[name] = step.init(1); ready[name] = await engines[name].prepare(step, { state: states[name], batches: await batches(0) }); console.log(ready[name].name, ready[name].notes ?? '') }
console.log(stages)
const per: any = {}
const N = mode === 'digits' ? 16 : 40
for (let round = 0; round < 6; round++) for (const name of Object.keys(engines)) {
  runs = 0; inRun = 0
  const t0 = performance.now()
  for (let i = 0; i < N; i++) {
    const b = await batches(round * N + i)
    const next = await ready[name].advance(states[name], b)
    release([tensorsOf(states[name]), b] as any, tensorsOf(next)); states[name] = next
    await Promise.all(Object.values(next.stats).flatMap((s: any) => Object.values(s).map((t: any) => t.data?.())))
  }
  const ms = (performance.now() - t0) / N
  if (round) (per[name] ??= []).push([ms, inRun / N, runs / N])
}
for (const [name, rows] of Object.entries(per) as any) { const med = (j: number) => rows.map((r: any) => r[j]).sort((a: number, b: number) => a - b)[rows.length >> 1]; console.log(mode, name, `${(1000 / med(0)).toFixed(1)} steps/s, ${med(0).toFixed(2)} ms a step, in session.run ${med(1).toFixed(2)} ms, ${med(2)} runs`) }
process.exit(0)
