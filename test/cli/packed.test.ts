import { execFile } from 'node:child_process'
import { cp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import test from 'ava'
import { resultsSchema } from '../../src/storage/results.ts'
import { ROOT, temporaryFolder } from '../helpers/program.ts'

const execute = promisify(execFile)

/** npm runs scripts and installed programs with the Node that comes first on the PATH. */
const env = {
  ...process.env,
  PATH: `${join(process.execPath, '..')}:${process.env['PATH']}`,
  npm_config_audit: 'false',
  npm_config_fund: 'false',
  npm_config_update_notifier: 'false'
}

const MAX_OUTPUT = 64 << 20

test('the packed package, installed into an empty folder, should run', async (t) => {
  const folder = await temporaryFolder(t)
  const options = { cwd: folder, env, maxBuffer: MAX_OUTPUT }
  await execute('npm', ['pack', '--pack-destination', folder], { ...options, cwd: ROOT })
  await writeFile(join(folder, 'package.json'), '{ "private": true }')
  const archive = join(folder, 'swarmgrad-0.1.0.tgz')
  await execute('npm', ['install', '--prefer-offline', archive], options)
  const small = ['peers=2', 'topology.degree=1', 'topology.lifetime=null', 'training.steps=16']
  const { stdout } = await execute(
    'npx',
    ['swarmgrad', 'simulate', 'simulations/quickstart', '--json', '--out', 'out'].concat(
      small.flatMap((assignment) => ['--set', assignment])
    ),
    options
  )
  const { mode, peersDetail } = resultsSchema.parse(JSON.parse(stdout))
  t.is(mode, 'live')
  t.deepEqual(
    peersDetail.map(({ status }) => status),
    ['finished', 'finished']
  )
  const program = "import { layoutOf } from 'swarmgrad'; console.log(layoutOf([]).length)"
  const imported = await execute(process.execPath, ['--input-type=module', '-e', program], options)
  t.is(imported.stdout.trim(), '0')
  // As a reader of the example would run it.
  const example = join(folder, 'own-trainer')
  await cp(join(ROOT, 'examples/own-trainer'), example, { recursive: true })
  const own = await execute(process.execPath, [join(example, 'main.js'), 'own'], options)
  t.regex(own.stdout, /^one replica$/m)
})
