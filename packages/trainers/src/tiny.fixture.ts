import {
  type Batch,
  entries,
  fold,
  type Game,
  type GanPlayers,
  gan,
  gaussianLatent,
  type Key,
  type Loss,
  type Network,
  normal,
  type Tree,
  uniforms,
} from '@equilibria/core'
import { add, matMul, mean, neg, softplus, type Tensor, tanh, tensor, zeros } from '@tensorflow/tfjs-core'
import type { Source } from './feed.ts'

/** Dense layers with tanh between them: the smallest network there is, for tests that are not about networks. */
export const mlp = (...sizes: number[]): Network => ({
  init: key =>
    sizes.slice(1).map((out, i) => ({
      kernel: normal(fold(key, i), [sizes[i]!, out], 0, 1 / Math.sqrt(sizes[i]!)),
      bias: zeros([out]),
    })),
  apply: (params, x) => {
    const layers = params as unknown as { kernel: Tensor; bias: Tensor }[]
    return layers.reduce<Tensor>((h, { kernel, bias }, i) => {
      const out = add(matMul(h, kernel), bias)
      return i === layers.length - 1 ? out : tanh(out)
    }, x)
  },
})

/** Non-saturating logistic loss. */
export const logistic: Loss = {
  critic: (real, fake) => add(mean(softplus(neg(real))), mean(softplus(fake))),
  generator: fake => mean(softplus(neg(fake))),
}

export const tinyGame = (width = 8, loss: Loss = logistic): Game<GanPlayers, Batch> =>
  gan({ generator: mlp(2, width, 2), critic: mlp(2, width, 1), latent: gaussianLatent(2), loss })

/** Points around the unit circle. */
export const ring: Source<Batch> = {
  at: ({ step, n, key }: { step: number; n: number; key: Key }) => {
    const angles = uniforms(fold(key, step), n)
    const points = Float32Array.from({ length: 2 * n }, (_, i) => {
      const a = 2 * Math.PI * angles[i >> 1]!
      return i & 1 ? Math.sin(a) : Math.cos(a)
    })
    return { data: tensor(points, [n, 2]) }
  },
}

/** Every number of a tree as its bits, for comparing states exactly. */
export const bitsOf = async (tree: Tree): Promise<Record<string, string>> => {
  const named = entries<Tensor>(tree)
  const all = await Promise.all(
    named.map(async ([path, t]) => {
      const data = await t.data()
      const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
      return [path, `${t.dtype}[${t.shape}]${Buffer.from(bytes).toString('hex')}`] as const
    }),
  )
  return Object.fromEntries(all)
}
