/** Stands for a driver that does not answer. */
setInterval(() => {}, 60_000)
await new Promise(() => {})

export {}
