import test from 'ava'
import {
  builtModule,
  compile,
  MODULE_NAMES,
  moduleDigest,
  openCompiler,
  readDigests,
  sourceDigest
} from '../../../../wasm/build.ts'

for (const name of MODULE_NAMES) {
  test(`the module ${name} should be the one that was built from its source`, async (t) => {
    const digests = readDigests()[name]
    t.is(sourceDigest(name), digests.source, 'run npm run build:wasm')
    t.is(moduleDigest(await builtModule(name)), digests.module)
  })

  test(`a new build of ${name} should give the same bytes`, async (t) => {
    const compiler = await openCompiler()
    if (compiler === null) {
      t.pass()
      t.log('not checked: assemblyscript is not installed')
      return
    }
    t.is(moduleDigest(await compile(compiler, name)), readDigests()[name].module)
  })
}
