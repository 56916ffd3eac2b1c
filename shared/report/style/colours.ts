/** Both schemes; every pair of text and ground has a contrast of 4.5 at least, which a test measures. */
export const COLOURS = `
:root {
  color-scheme: light dark;
  --ground: #f6f7f9;
  --surface: #ffffff;
  --raised: #f1f3f6;
  --text: #1a2028;
  --quiet: #58626f;
  --line: #e0e4ea;
  --link: #1d5fbf;
  --landed: #4a86d8;
  --good: #1b7440;
  --warn: #8f5200;
  --warn-ground: #fff4e0;
  --retried: #c9822b;
  --retried-ground: #fbe7cb;
  --bad: #b3261e;
  --bad-ground: #fdf1f0;
  --failed: #d0433a;
  --failed-ground: #f9d7d4;
  --pause: #e9ecf1;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0f1318;
    --surface: #171c23;
    --raised: #1e252e;
    --text: #e4e8ee;
    --quiet: #9da8b7;
    --line: #2a323d;
    --link: #84b4f7;
    --landed: #5b95e6;
    --good: #67c48b;
    --warn: #e9b264;
    --warn-ground: #33270f;
    --retried: #d99a45;
    --retried-ground: #4a3514;
    --bad: #ff8f86;
    --bad-ground: #2b1a1b;
    --failed: #f0655b;
    --failed-ground: #522321;
    --pause: #212933;
  }
}`;
