/** Stands for a library that ends its process. */
process.stderr.write('loading\nIllegal instruction\n\n', () => process.exit(7))
await new Promise(() => {})

export {}
