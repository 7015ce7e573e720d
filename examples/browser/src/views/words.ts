import type { RunState } from '../messages.ts'

const count = (n: number) => n.toLocaleString('en')

/** What a run is doing, in a sentence that changes when something worth hearing happens. */
export function statusOf({ phase, step, saved, choice }: RunState): string {
  switch (phase) {
    case 'preparing':
      return 'Getting ready…'
    case 'training':
      return `Training, ${Math.floor((10 * step) / choice.steps) * 10} % done.`
    case 'stopping':
      return 'Saving and judging…'
    case 'idle':
      if (step === 0) return 'Ready to start.'
      if (step >= choice.steps) return `Done: ${count(step)} steps.`
      return saved === step ? `Paused and saved at step ${count(step)}.` : `Paused at step ${count(step)}.`
  }
}

/** Seconds as people say them. */
export function duration(seconds: number): string {
  const whole = Math.floor(seconds)
  const [minutes, rest] = [Math.floor(whole / 60), whole % 60]
  return minutes > 0 ? `${minutes} min ${rest} s` : `${rest} s`
}

/** A run's facts, each with its name. */
export function factsOf({
  machine,
  choice,
  step,
  stepsPerSecond,
  seconds,
  saved,
}: RunState): [string, string][] {
  const threads = machine && machine.threads > 1 ? `, ${machine.threads} threads` : ''
  return [
    ['Backend', machine?.backend ?? choice.backend],
    ['Runs on', machine ? `${machine.device}${threads}` : '…'],
    ['Engine', machine?.engine ?? choice.engine],
    ['Step', `${count(step)} of ${count(choice.steps)}`],
    ['Speed', stepsPerSecond === undefined ? '–' : `${stepsPerSecond.toFixed(1)} steps/s`],
    ['Time', duration(seconds)],
    ['Saved', saved === undefined ? 'not yet' : `at step ${count(saved)}`],
  ]
}
