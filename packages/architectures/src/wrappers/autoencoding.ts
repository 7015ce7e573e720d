import { checkNetwork, type Network } from '@equilibria/core'
import { abs, mean, square, sub } from '@tensorflow/tfjs-core'

/** Options of `autoencoding`. */
export interface AutoencodingOptions {
  /** 1: mean of |x - A(x)| over a row's numbers. 2: mean of (x - A(x))^2. */
  readonly norm?: 1 | 2
}

/**
 * A critic that says how badly an autoencoder A reproduces a row: rows [n, ...] -> energies [n], low for data. For losses of
 * energies: `began` (norm 1 in the paper), `ebgan` (norm 2).
 * Source: Zhao et al. 2017 (arXiv 1609.03126), section 2.3; Berthelot et al. 2017 (arXiv 1703.10717), section 3.1.
 * Throws on another norm, and if A does not give rows of the shape of its input.
 */
export function autoencoding(autoencoder: Network, { norm = 1 }: AutoencodingOptions = {}): Network {
  checkNetwork('autoencoding', autoencoder)
  if (norm !== 1 && norm !== 2) throw new Error(`autoencoding: norm must be 1 or 2, got ${norm}`)
  return {
    ...autoencoder,
    outputs: 'energies',
    apply: (params, x, context) => {
      const again = autoencoder.apply(params, x, context)
      if (again.shape.join() !== x.shape.join())
        throw new Error(
          `autoencoding: the autoencoder makes [${again.shape}] of rows [${x.shape}]; it must give back the shape that it is given`,
        )
      const error = sub(x, again)
      return mean(norm === 1 ? abs(error) : square(error), x.shape.map((_, axis) => axis).slice(1))
    },
  }
}
