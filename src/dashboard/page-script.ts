/**
 * Our own modules as one script, in the order in which they need each other. They are ordinary modules
 * without default exports; names at their top level must differ, since they end up in one scope.
 */
const IMPORT = /^import (?:\{[^}]*\} from )?'\.\/([\w-]+\.js)'\n/gm
const EXPORT = /^export (?=const |let |class |function |async )/gm

/** `read`: the text of a module by its file name. */
export const linkModules = (entry: string, read: (name: string) => string): string => {
  const seen = new Set<string>()
  const parts: string[] = []
  const visit = (name: string): void => {
    if (seen.has(name)) return
    seen.add(name)
    const text = read(name)
    for (const [, other] of text.matchAll(IMPORT)) visit(other!)
    parts.push(`// ${name}\n${text.replace(IMPORT, '').replace(EXPORT, '')}`)
  }
  visit(entry)
  return `;(() => {\n'use strict'\n${parts.join('\n')}})()\n`
}
