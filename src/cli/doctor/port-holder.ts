import { readlink } from 'node:fs/promises'
import { type System, thisSystem } from '../../training/backends/system.ts'

/** State of a listening socket in /proc/net/tcp (Linux: include/net/tcp_states.h). */
const LISTEN = '0A'
const LOCAL = 1
const STATE = 3
const INODE = 9

/** Inodes of the sockets that listen on a port. */
export const listenersIn = (table: string, port: number): readonly string[] =>
  table.split('\n').flatMap((line) => {
    const columns = line.trim().split(/\s+/)
    const local = columns[LOCAL] ?? ''
    const isIt =
      columns[STATE] === LISTEN && Number.parseInt(local.split(':')[1] ?? '', 16) === port
    return isIt ? [columns[INODE]!] : []
  })

const isProcess = (name: string): boolean => /^\d+$/.test(name)

/**
 * The process that listens on a TCP port, such as "node, process 4711". Null: the system does not say, as
 * with processes of other users.
 */
export const portHolder = async (
  port: number,
  system: System = thisSystem,
  linkAt: (path: string) => Promise<string> = readlink
): Promise<string | null> => {
  const tables = await Promise.all(['/proc/net/tcp', '/proc/net/tcp6'].map(system.read))
  const sockets = tables.flatMap((table) => listenersIn(table ?? '', port))
  if (sockets.length === 0) return null
  const wanted = new Set(sockets.map((inode) => `socket:[${inode}]`))
  for (const pid of (await system.list('/proc')).filter(isProcess)) {
    const folder = `/proc/${pid}/fd`
    for (const name of await system.list(folder)) {
      const target = await linkAt(`${folder}/${name}`).catch(() => '')
      if (!wanted.has(target)) continue
      const program = (await system.read(`/proc/${pid}/comm`))?.trim() || 'a program'
      return `${program}, process ${pid}`
    }
  }
  return null
}
