import type { Figure } from './figure.ts'

const begin = (name: string) => `<!-- figure: ${name} -->`
const end = '<!-- end of figure -->'

/** The texts of a page, by figure. */
export function sectionsOf(page: string): Map<string, string> {
  const found = new Map<string, string>()
  for (const [, name, text] of page.matchAll(
    /<!-- figure: ([\w-]+) -->\n([\s\S]*?)\n<!-- end of figure -->/g,
  ))
    found.set(name!, text!)
  return found
}

/** The page of all figures that have a text. */
export const pageOf = (figures: readonly Figure[], texts: ReadonlyMap<string, string>): string =>
  `# Figures

What the founding papers draw, computed by this library: \`npm run figures\` draws everything here anew (\`npm run figures play\` one figure), numbers in the text included.

${figures
  .filter(({ name }) => texts.has(name))
  .map(
    ({ name, title }) => `## ${title}

![${title}](${name}.svg)

${begin(name)}
${texts.get(name)}
${end}
`,
  )
  .join('\n')}`
