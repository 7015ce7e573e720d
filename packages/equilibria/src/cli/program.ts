import { engineNames } from '@equilibria/compile/node'
import { Command, CommanderError } from 'commander'
import { explain } from './errors.ts'
import { evaluateCommand } from './evaluate.ts'
import { exportCommand, exportFormats } from './export.ts'
import { infoCommand } from './info.ts'
import { exitCode, type Io } from './io.ts'
import { listCommand } from './list.ts'
import { wholeNumber } from './options.ts'
import { sampleCommand } from './sample.ts'
import { trainCommand } from './train.ts'
import { version } from './version.ts'

const collect = (value: string, all: readonly string[] = []) => [...all, value]

const codes = `
Exit status: 0 done, 1 a fault in equilibria, 2 something given was wrong (nothing is lost),
3 training diverged (the last good state is kept), 130 interrupted (saved).`

/**
 * Runs the `equilibria` command with these arguments (without the program's own name). Resolves to the exit status; never rejects.
 */
export async function cli(args: readonly string[], io: Io): Promise<number> {
  let code: number = exitCode.ok
  const run =
    <A extends unknown[]>(command: (...given: A) => Promise<number>) =>
    async (...given: A) => {
      code = await command(...given)
    }
  const shared = (command: Command) =>
    command
      .option('--plugin <package or file>', 'allow and load a plugin; may be repeated', collect)
      .showHelpAfterError('(add --help for the flags)')
  const backend = (command: Command) =>
    command.option('--backend <name>', 'tfjs backend: auto, wasm, cpu, tensorflow, ...', 'auto')

  const program = new Command('equilibria')
    .description('Train, sample and study generative adversarial networks.')
    .version(version, '--version')
    .showHelpAfterError('(add --help for the commands)')
    .exitOverride()
    .configureOutput({ writeOut: io.out, writeErr: io.err })
    .addHelpText('after', codes)

  backend(shared(program.command('train')))
    .description('train a game from a recipe: a name (see "equilibria list recipes") or a JSON file')
    .argument('[recipe]', 'name or file; not needed with --resume')
    .option('--data <folder or name>', 'a dataset, or a folder (./name) of pictures, IDX or CIFAR-10 files')
    .option(
      '--size <pixels>',
      'resize pictures of a folder to this width and height',
      wholeNumber('--size', 1),
    )
    .option('--steps <n>', 'steps to train', wholeNumber('--steps', 1))
    .option('--batch <n>', 'rows a batch', wholeNumber('--batch', 1))
    .option('--seed <n>', 'seed of everything random', wholeNumber('--seed', 0))
    .option('--set <path=value>', 'change any field of the recipe; may be repeated', collect)
    .option('--out <folder>', 'folder of the run (default: runs/<recipe>)')
    .option('--resume', 'continue the run in --out from its newest checkpoint')
    .option('--engine <name>', `what runs the step: ${engineNames.join(', ')}`, 'auto')
    .option('--from <run>', "start from another run's weights (fine-tuning)")
    .action(run((recipe, flags) => trainCommand(recipe, flags, io)))

  backend(shared(program.command('sample')))
    .description('draw samples from a trained run')
    .argument('<run>', 'folder of the run')
    .option('--n <count>', 'how many', wholeNumber('--n', 1), 64)
    .option('--seed <n>', 'which list of samples', wholeNumber('--seed', 0), 0)
    .option('--first <i>', 'number of the first sample in the list', wholeNumber('--first', 0), 0)
    .option('--class <label>', 'only this class (class-conditional runs)', wholeNumber('--class', 0))
    .option('--grid', 'one picture of all samples instead of one file each')
    .option('--out <file or folder>', 'where to write (default: in the folder of the run)')
    .action(run((dir, flags) => sampleCommand(dir, flags, io)))

  backend(shared(program.command('evaluate')))
    .description("measure a trained run with its recipe's evaluations")
    .argument('<run>', 'folder of the run')
    .option('--n <count>', 'how many samples', wholeNumber('--n', 2))
    .option('--seed <n>', 'which list of samples', wholeNumber('--seed', 0), 0)
    .option('--with <evaluation>', 'an evaluation to use instead; may be repeated', collect)
    .option('--json', 'print JSON')
    .action(run((dir, flags) => evaluateCommand(dir, flags, io)))

  shared(program.command('export'))
    .description("write a trained run's generator, with its standing statistics, for other programs")
    .argument('<run>', 'folder of the run')
    .requiredOption('--format <name>', exportFormats.join(', '))
    .option(
      '--out <file or folder>',
      "where to write: a file, for tfjs a folder (default: in the run's export)",
    )
    .option('--batch <n>', 'rows of every call (default: any number)', wholeNumber('--batch', 1))
    .action(run((dir, flags) => exportCommand(dir, flags, io)))

  shared(program.command('list'))
    .description('list what is known by name: recipes, losses, networks, datasets, ...')
    .argument('[kind]', 'only this kind')
    .action(run((kind, flags) => listCommand(kind, flags, io)))

  program
    .command('info')
    .description('what this machine offers: backends, threads, device, and why the others are not available')
    .showHelpAfterError('(add --help for the flags)')
    .option('--backend <name>', 'look at this backend', 'auto')
    .action(run(flags => infoCommand(flags, io)))

  // Subcommands inherit the output only if told.
  for (const command of program.commands)
    command.exitOverride().configureOutput({ writeOut: io.out, writeErr: io.err })

  if (args.length === 0) {
    program.outputHelp()
    return exitCode.ok
  }
  try {
    await program.parseAsync([...args], { from: 'user' })
    return code
  } catch (e) {
    if (e instanceof CommanderError) return e.exitCode === 0 ? exitCode.ok : exitCode.usage
    const { message, code } = explain(e)
    io.err(`${message}\n`)
    return code
  }
}
