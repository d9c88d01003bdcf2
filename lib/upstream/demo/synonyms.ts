/** Words that mean about the same, one group a line; the first stands for all. Enough for simple paraphrases in English. */
const groups = `
car automobile vehicle auto
buy purchase acquire
sell vend
cheap inexpensive affordable
expensive costly pricey
price cost fee charge
big large huge
small little tiny
fast quick rapid speedy
slow sluggish
begin start commence launch
end finish stop terminate
fix repair mend
error bug fault failure
make create build construct produce
delete remove erase
show display present
find search seek locate
help assist support
teach instruct train
learn study
doctor physician
ill sick unwell
child kid
house home dwelling
job work employment occupation
boss manager supervisor
money cash fund
picture photo image photograph
movie film
talk speak chat converse
answer reply respond response
question query
happy glad joyful
sad unhappy
angry mad furious
smart clever intelligent
easy simple
hard difficult tough
trip journey travel voyage
food meal dish
cook prepare
recipe instructions
computer pc laptop machine
phone telephone mobile
web internet online
password passphrase
login signin
summary overview abstract
idea thought notion
plan scheme
dog puppy hound
cat kitten
weather climate forecast
rain rainfall
`;

const endings = [
  'ations',
  'ation',
  'ings',
  'ing',
  'edly',
  'ies',
  'ied',
  'ers',
  'er',
  'ed',
  'es',
  'ly',
  's',
  'e',
  'y',
];
const shortestStem = 3;

/** Cuts off common English endings. Crude, and the same for all forms of a word, which is what counts. */
export function stemOf(word: string): string {
  const ending = endings.find((end) => word.endsWith(end) && word.length - end.length >= shortestStem);
  const stem = ending === undefined ? word : word.slice(0, -ending.length);
  const doubled = stem.at(-1) === stem.at(-2) && stem.length > shortestStem;
  return doubled ? stem.slice(0, -1) : stem;
}

const stand = new Map<string, string>();
for (const line of groups.trim().split('\n')) {
  const words = line.split(' ').map(stemOf);
  for (const word of words) stand.set(word, words[0] ?? word);
}

/** The word that stands for all words of the same meaning. */
export function meaningOf(word: string): string {
  const stem = stemOf(word);
  return stand.get(stem) ?? stem;
}
