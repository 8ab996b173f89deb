import { prefixOf } from './leftovers.ts'
import { find, runTool } from './tools.ts'

const NEEDED = {
  ip: 'iproute2',
  nft: 'nftables',
  cc: 'a C compiler',
  sh: 'a shell'
} as const

const TRIAL_RULES = `table ip trial {
  set flows { type ipv4_addr . ipv4_addr; size 16; flags dynamic; counter; }
  chain postrouting {
    type nat hook postrouting priority srcnat;
    oifname "wan" masquerade fully-random
  }
  chain forward {
    type filter hook forward priority filter;
    ct state established accept
    numgen random mod 1000 < 10 counter drop
    update @flows { ip saddr . ip daddr }
  }
}
`

/** Makes one namespace with all that the harness uses of the kernel. */
const tryNamespace = async (): Promise<void> => {
  const name = `${prefixOf(process.pid)}trial`
  await runTool('ip', ['netns', 'add', name])
  try {
    const link = ['link', 'add', 'lan', 'type', 'veth', 'peer', 'name', 'e0']
    await runTool('ip', ['-n', name, ...link])
    await runTool('ip', ['-n', name, 'tuntap', 'add', 'dev', 'wan', 'mode', 'tun'])
    await runTool('ip', ['netns', 'exec', name, find('nft')!, '-f', '-'], TRIAL_RULES)
  } finally {
    await runTool('ip', ['netns', 'del', name])
  }
}

/** Why no hosts can be made here; null: they can. */
export const whatIsMissing = async (): Promise<string | null> => {
  if (process.platform !== 'linux') return 'network namespaces are of Linux'
  if (process.getuid?.() !== 0) return 'only root makes network namespaces'
  for (const [program, what] of Object.entries(NEEDED)) {
    if (find(program) === null) return `${what} is not installed (${program})`
  }
  try {
    await tryNamespace()
    return null
  } catch (error) {
    return `this kernel will not: ${(error as Error).message.trim()}`
  }
}
