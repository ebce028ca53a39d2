import { mentionPieces } from './mention';

/** What somebody wrote, with the people it mentions set apart. */
export function Quote({ text, mentions }: { text: string; mentions: readonly string[] }) {
  let at = 0;
  return (
    <blockquote dir="auto">
      {mentionPieces(text, mentions).map((p) => {
        at += 1;
        return 'login' in p ? (
          <span key={at} className="mention">
            @{p.login}
          </span>
        ) : (
          p.text
        );
      })}
    </blockquote>
  );
}
