const pages = [
  ['/', 'Poem'],
  ['/blueprints/', 'Blueprints'],
  ['/quizzes/', 'Quizzes'],
] as const;

// The head of every page, with the way to the others.
export function Masthead({ here }: { here: (typeof pages)[number][0] }) {
  return (
    <header className="masthead">
      <a className="home" href="/">
        flowmesh
      </a>
      <nav aria-label="Pages">
        {pages.map(([path, name]) => (
          <a key={path} href={path} aria-current={path === here ? 'page' : undefined}>
            {name}
          </a>
        ))}
      </nav>
    </header>
  );
}
