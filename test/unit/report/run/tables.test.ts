import { execFileSync } from 'node:child_process'
import test from 'ava'
import { commandText } from '../../../../src/report/run/tables.ts'

test('should write a command so that a shell reads it back', (t) => {
  const words = ['echo', "it's", '$HOME', 'a b', '--set', 'topology={"name":"ring"}', '', '!x', '#']
  const printed = execFileSync('sh', ['-c', commandText(['printf', '%s\\n', ...words])])
  t.deepEqual(printed.toString().split('\n').slice(0, -1), words)
})

test('should leave plain words plain', (t) => {
  t.is(
    commandText(['swarmgrad', 'simulate', '--set', 'peers=8']),
    'swarmgrad simulate --set peers=8'
  )
})
