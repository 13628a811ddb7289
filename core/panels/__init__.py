"""Series side by side on even steps of time: steps, panels, windows that end at an origin, and scores of forecasts."""
