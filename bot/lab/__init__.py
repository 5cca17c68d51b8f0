"""For those who write rules: what the rules get right (evaluate), and what a change of them would do (backtest)."""
