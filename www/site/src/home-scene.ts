/** The cluster of the home page. It goes on for hours, whatever is done to it. */
export const HOME_SCENE = `# Five computers agree
protocol raft
replicas 5
seed 4
network latency 15ms..35ms
run 36000s
`;
