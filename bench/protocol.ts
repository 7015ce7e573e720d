/**
 * How the bench talks with a column: a child process that says it is ready (its first step done), then answers one line of JSON to
 * each line of command, so that the rounds of all columns can be taken in turn.
 *
 *     go N          N training steps                 -> {"seconds": s}
 *     sample M K    K times M images, to the host    -> {"seconds": s}
 *     memory        the most that was resident       -> {"bytes": b}
 *     quit
 *
 * Lines that are no JSON objects are other people's talk and are passed over.
 */
import { createInterface } from 'node:readline'

/** What a column says of itself when it is ready. */
export interface Ready {
  readonly parameters: { readonly generator: number; readonly critic: number }
  /** Seconds until libraries were there, until the model was built, for the first step. */
  readonly cold: { readonly import: number; readonly build: number; readonly first: number }
  readonly versions: { readonly [library: string]: string }
  /** What the reader should know, such as that a step was not compiled after all. */
  readonly notes?: readonly string[]
}

/** Everything a column can say. */
export type Answer =
  | { readonly ready: Ready }
  | { readonly absent: string }
  | { readonly seconds: number }
  | { readonly bytes: number }

/** A model that can be trained and sampled; both promises end when the numbers are there. */
export interface Trainee {
  readonly parameters: Ready['parameters']
  readonly versions: Ready['versions']
  readonly notes?: readonly string[]
  step(count: number): Promise<void>
  sample(rows: number): Promise<void>
}

const say = (answer: Answer) => process.stdout.write(`${JSON.stringify(answer)}\n`)

const timed = async (f: () => Promise<void>) => {
  const begin = performance.now()
  await f()
  return (performance.now() - begin) / 1000
}

/** The child's side: builds the model, takes a first step, then obeys. Whatever goes wrong before that is a reason for absence. */
export async function serve(build: () => Promise<Trainee>): Promise<void> {
  const imported = performance.now() / 1000
  let trainee: Trainee
  try {
    let made: Trainee | undefined
    const building = await timed(async () => {
      made = await build()
    })
    trainee = made!
    const first = await timed(() => trainee.step(1))
    const { parameters, versions, notes = [] } = trainee
    say({ ready: { parameters, versions, notes, cold: { import: imported, build: building, first } } })
  } catch (e) {
    say({ absent: e instanceof Error ? e.message : String(e) })
    process.exit(0)
  }
  for await (const line of createInterface({ input: process.stdin })) {
    const [command, ...numbers] = line.split(' ')
    const [a = 1, b = 1] = numbers.map(Number)
    if (command === 'go') say({ seconds: await timed(() => trainee.step(a)) })
    else if (command === 'sample')
      say({
        seconds: await timed(async () => {
          for (let i = 0; i < b; i++) await trainee.sample(a)
        }),
      })
    else if (command === 'memory') say({ bytes: process.resourceUsage().maxRSS * 1024 })
    else if (command === 'quit') process.exit(0)
  }
}
