/**
 * `npm run build:wasm [-- NAME ...]`: compiles the AssemblyScript of each folder here into a file of
 * the source tree, as base64, so that pure code can use it without reading a file. The same source,
 * compiler and flags give the same bytes; digests.json says which.
 */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Folder here -> generated file. */
export const MODULES = {
  conv: 'src/training/wasm/conv-module.ts',
  delta: 'src/compression/delta/module.ts',
  nn: 'src/training/wasm/module.ts'
} as const

export type ModuleName = keyof typeof MODULES

export const MODULE_NAMES = Object.keys(MODULES) as ModuleName[]

/** SHA-256, hexadecimal: of a folder's sources, compiler and flags, and of what they give. */
export interface Digests {
  readonly source: string
  readonly module: string
}

const ROOT = join(import.meta.dirname, '..')
const DIGESTS = join(import.meta.dirname, 'digests.json')
const FEATURES = ['--enable', 'simd', '--enable', 'relaxed-simd']
const FLAGS = ['-O3', '--noAssert', '--runtime', 'stub', '--importMemory', ...FEATURES]

interface Compiler {
  main(
    args: readonly string[],
    hooks: { writeFile(name: string, contents: string | Uint8Array): void }
  ): Promise<{ error: Error | null; stderr: { toString(): string } }>
}

const read = (path: string): string => readFileSync(path, 'utf8')

const sha256 = (...parts: readonly (string | Uint8Array)[]): string =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest('hex')

export const readDigests = (): Readonly<Record<ModuleName, Digests>> => JSON.parse(read(DIGESTS))

/** The exact version that the package.json beside this file asks for. */
const compilerVersion = (): string =>
  JSON.parse(read(join(import.meta.dirname, 'package.json'))).devDependencies.assemblyscript

export const sourceDigest = (name: ModuleName): string => {
  const folder = join(import.meta.dirname, name)
  const files = readdirSync(folder).sort()
  const parts = files.flatMap((file) => [file, read(join(folder, file))])
  return sha256(JSON.stringify([compilerVersion(), FLAGS, parts]))
}

/** Bytes of the module that the source tree holds. */
export const builtModule = async (name: ModuleName): Promise<Uint8Array> => {
  const { MODULE } = await import(join(ROOT, MODULES[name]))
  return Buffer.from(MODULE, 'base64')
}

export const moduleDigest = sha256

/** The compiler, or null where it is not installed. */
export const openCompiler = async (): Promise<Compiler | null> => {
  const name = 'assemblyscript/asc'
  try {
    return (await import(name)) as Compiler
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ERR_MODULE_NOT_FOUND') return null
    throw error
  }
}

export const compile = async (compiler: Compiler, name: ModuleName): Promise<Uint8Array> => {
  const outputs: Uint8Array[] = []
  const folder = join(import.meta.dirname, name)
  const args = ['index.ts', '--baseDir', folder, '--outFile', 'module.wasm', ...FLAGS]
  const { error, stderr } = await compiler.main(args, {
    writeFile: (_, contents) => {
      if (typeof contents !== 'string') outputs.push(contents)
    }
  })
  const [module] = outputs
  if (error !== null || module === undefined) throw new Error(stderr.toString(), { cause: error })
  return module
}

const build = async (names: readonly ModuleName[]): Promise<void> => {
  const compiler = await openCompiler()
  if (compiler === null) throw new Error('assemblyscript is not installed: run npm ci --prefix wasm first')
  const digests = { ...readDigests() }
  for (const name of names) {
    const module = await compile(compiler, name)
    const base64 = Buffer.from(module).toString('base64')
    const heading = `/** Built from wasm/${name} by \`npm run build:wasm\`. */`
    writeFileSync(join(ROOT, MODULES[name]), `${heading}\nexport const MODULE =\n  '${base64}'\n`)
    digests[name] = { source: sourceDigest(name), module: sha256(module) }
    process.stdout.write(`${MODULES[name]}: ${module.length} bytes\n`)
  }
  writeFileSync(DIGESTS, `${JSON.stringify(digests, null, 2)}\n`)
}

if (import.meta.main) {
  const names = process.argv.slice(2)
  await build(MODULE_NAMES.filter((name) => names.length === 0 || names.includes(name)))
}
