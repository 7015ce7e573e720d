import {
  clone,
  customGrad,
  exp,
  expandDims,
  mul,
  neg,
  sigmoid,
  sub,
  sum,
  type Tensor,
} from '@tensorflow/tfjs-core'
import { type Rule, recording, rule } from '../rule.ts'
import { logSoftmaxPullback } from './reduction.ts'

/**
 * Public operations that bring a gradient function of their own along, instead of using their kernels'. The tape
 * knows them by the name of their scope, and looks there for a registered gradient first.
 */
const scope = (operation: string) => `${operation}__op`

/**
 * The saved log-probabilities as a function of the logits they came from. They are no output of the operation, so
 * this puts the missing operation on the tape.
 */
function logProbabilities(copy: Tensor, logits: Tensor): Tensor {
  if (!recording()) return copy
  const attach = customGrad(() => ({
    value: clone(copy),
    gradFunc: (dy: Tensor) => logSoftmaxPullback(dy, logProbabilities(copy, logits)),
  }))
  return attach(logits)
}

/** Saves labels and log-probabilities [n, k]; makes -sum(labels * logp), [n]. */
const softmaxCrossEntropy = rule(scope('softmaxCrossEntropy'), { inputs: ['0', 'logp'] }, (dy, at) => {
  const logp = () => logProbabilities(at.input('logp'), at.source('1'))
  const column = () => expandDims(dy, -1)
  return {
    0: () => neg(mul(column(), logp())),
    1: () => {
      const labels = at.input('0')
      return mul(column(), sub(mul(exp(logp()), sum(labels, -1, true)), labels))
    },
  }
})

/** Saves its output, the log-probabilities. */
const logSoftmax = rule(scope('logSoftmax'), { outputs: [true] }, (dy, at) => ({
  0: () => logSoftmaxPullback(dy, at.output()),
}))

/** Saves nothing, so its input may be gone by now. */
const logSigmoid = rule(scope('logSigmoid'), {}, (dy, at) => ({
  0: () => {
    const x = at.source('0')
    if (x.isDisposed) {
      throw new Error(
        "logSigmoid: tfjs's logSigmoid does not keep its input; write neg(softplus(neg(x))) instead",
      )
    }
    return mul(dy, sigmoid(neg(x)))
  },
}))

export const composed: readonly Rule[] = [softmaxCrossEntropy, logSoftmax, logSigmoid]
