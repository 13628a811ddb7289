"""Why a model answered so: one game for SHAP and Captum, its referee, and the agreement of two explanations.

Nothing heavy is imported here or at the top of any file below; shap, captum and torch are opened inside functions.
"""

from core.explain.attribution import explain_images, explain_series, explain_sounds, explain_table, explain_texts

__all__ = ["explain_images", "explain_series", "explain_sounds", "explain_table", "explain_texts"]
