import test from 'ava'
import { listenersIn, portHolder } from '../../../../src/cli/doctor/port-holder.ts'

/** As /proc/net/tcp has it: port 4001 (0FA1) listened on, then connected, then port 80 listened on. */
const TABLE = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000:0FA1 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 111 1 0 100 0 0 10 0
   1: 0100007F:0FA1 0100007F:C000 01 00000000:00000000 00:00000000 00000000     0        0 222 1 0 20 4 30 10 -1
   2: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 333 1 0 100 0 0 10 0
`

test('only who listens on the port counts', (t) => {
  t.deepEqual(listenersIn(TABLE, 4001), ['111'])
  t.deepEqual(listenersIn(TABLE, 80), ['333'])
  t.deepEqual(listenersIn(TABLE, 81), [])
  t.deepEqual(listenersIn('', 80), [])
})

test('the process that has the socket, if the system shows it', async (t) => {
  const files: Record<string, string> = { '/proc/net/tcp': TABLE, '/proc/71/comm': 'nginx\n' }
  const folders: Record<string, string[]> = {
    '/proc': ['70', '71', 'net'],
    '/proc/71/fd': ['0', '3']
  }
  const links: Record<string, string> = {
    '/proc/71/fd/0': '/dev/null',
    '/proc/71/fd/3': 'socket:[333]'
  }
  const system = {
    platform: 'linux' as const,
    arch: 'x64',
    read: async (path: string) => files[path] ?? null,
    list: async (folder: string) => folders[folder] ?? [],
    run: async () => null
  }
  const linkAt = async (path: string): Promise<string> =>
    links[path] ?? Promise.reject(new Error('no'))
  t.is(await portHolder(80, system, linkAt), 'nginx, process 71')
  t.is(await portHolder(4001, system, linkAt), null)
  t.is(await portHolder(1, system, linkAt), null)
})
