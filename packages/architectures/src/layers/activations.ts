import { checkNumber, type Network, unknownName } from '@equilibria/core'
import {
  elu as eluOf,
  leakyRelu as leakyReluOf,
  mul,
  relu as reluOf,
  sigmoid as sigmoidOf,
  softplus as softplusOf,
  type Tensor,
  tanh as tanhOf,
} from '@tensorflow/tfjs-core'

/** A network without parameters that applies `f`: how an activation stands in a list of layers. */
export const activation = (f: (x: Tensor) => Tensor): Network => ({ init: () => ({}), apply: (_, x) => f(x) })

/** The same of an `f` whose slope is bounded: it keeps a critic of spectrally normalised layers Lipschitz. */
const bounded = (f: (x: Tensor) => Tensor): Network => ({ ...activation(f), lipschitz: true })

/** The input as it is. */
export const identity = (): Network => bounded(x => x)

/** max(x, 0). */
export const relu = (): Network => bounded(x => reluOf(x))

/** x where positive, slope * x elsewhere; slope .2 in Radford et al. 2016, section 3. Throws on a slope < 0. */
export const leakyRelu = (slope = 0.2): Network => {
  checkNumber('leakyRelu: slope', slope)
  return bounded(x => leakyReluOf(x, slope))
}

/** x where positive, e^x - 1 elsewhere (Clevert et al. 2016, equation 15). */
export const elu = (): Network => bounded(x => eluOf(x))

/** log(1 + e^x): a rectifier with derivatives of every order. */
export const softplus = (): Network => bounded(x => softplusOf(x))

/** x * sigmoid(x) (Hendrycks & Gimpel 2016, SiLU). */
export const swish = (): Network => bounded(x => mul(x, sigmoidOf(x)))

/** 1 / (1 + e^-x), in (0, 1). */
export const sigmoid = (): Network => bounded(x => sigmoidOf(x))

/** Hyperbolic tangent, in (-1, 1). */
export const tanh = (): Network => bounded(x => tanhOf(x))

const byName = { identity, relu, leakyRelu, elu, softplus, swish, sigmoid, tanh }

/** The activations that have a name, for options and recipes. */
export type ActivationName = keyof typeof byName

/** An activation by its name, or a network as it is. Throws on unknown names. */
export function activationOf(given: ActivationName | Network): Network {
  if (typeof given !== 'string') return given
  if (!Object.hasOwn(byName, given)) throw new Error(unknownName('activation', given, Object.keys(byName)))
  return byName[given]()
}
