/** Rulesets for nft(8). */
import type { Access } from './plan.ts'

/**
 * Between all hosts. Nothing is tracked: it forwards, loses, and counts what it delivers by outer address.
 * What goes the long way comes by twice, before the delay and after it.
 */
export const internetRules = (lossPerMille: number): string => `table ip internet {
  set cut {
    type ipv4_addr . ipv4_addr
    flags interval
  }
  set flows {
    type ipv4_addr . ipv4_addr
    size 4096
    flags dynamic
    counter
  }
  counter lost { }
  chain forward {
    type filter hook forward priority filter; policy accept;
    ip saddr != 45.0.0.0/8 drop
    ip daddr != 45.0.0.0/8 drop
    ip saddr . ip daddr @cut drop
    oifname "wan" accept
    iifname "wan" numgen random mod 1000 < ${lossPerMille} counter name lost drop
    update @flows { ip saddr . ip daddr }
  }
}
`

/**
 * A home's router. Linux keeps the inner port as the outer one where it is free, for all destinations alike;
 * fully-random gives a new one for each. What nobody inside has asked for is dropped without a word: a reset
 * would end a connection that both ends are opening.
 */
export const homeRules = (access: Access): string => `table ip home {
  chain postrouting {
    type nat hook postrouting priority srcnat;
    oifname "wan" masquerade${access === 'symmetric' ? ' fully-random' : ''}
  }
  chain forward {
    type filter hook forward priority filter; policy drop;
    ct state established,related accept
    iifname "lan" oifname "wan" ct state new accept
  }
  chain input {
    type filter hook input priority filter; policy drop;
    iifname "lan" accept
    ct state established,related accept
  }
}
`

/** On the host itself: only answers come in, and never the first packet of a connection. */
export const firewallRules = (): string => `table ip firewall {
  chain input {
    type filter hook input priority filter; policy drop;
    iifname "lo" accept
    tcp flags & (syn | ack) == syn drop
    ct state established,related accept
  }
}
`
