import { checkNetwork, fold, type Network, type Params, within } from '@equilibria/core'
import { add } from '@tensorflow/tfjs-core'
import { boundedBy, memoryOf } from './sequential.ts'

/**
 * body(x) + shortcut(x); the shortcut is the identity unless given (a 1x1 convolution where the number of channels changes).
 * Source: He et al. 2016, equations 1 and 2. Throws if the two differ in shape.
 */
export function residual(body: Network, shortcut?: Network): Network {
  const parts: [string, Network][] = [
    ['body', body],
    ...(shortcut ? [['shortcut', shortcut] as [string, Network]] : []),
  ]
  for (const [name, part] of parts) checkNetwork(`residual: the ${name}`, part)
  return {
    init: key => Object.fromEntries(parts.map(([name, part]) => [name, part.init(fold(key, name))])),
    ...memoryOf(parts),
    ...boundedBy(parts),
    apply: (params, x, context) => {
      const of = (name: string) => (params as Record<string, Params>)[name]!
      const y = body.apply(of('body'), x, within(context, 'body'))
      const skip = shortcut ? shortcut.apply(of('shortcut'), x, within(context, 'shortcut')) : x
      if (y.shape.join() !== skip.shape.join())
        throw new Error(
          `residual: the body gives [${y.shape}] but the shortcut [${skip.shape}]; give a shortcut that changes the shape likewise`,
        )
      return add(y, skip)
    },
  }
}
