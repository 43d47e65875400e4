"""Who answers for an accident: determination, people, analysis, papers, measures, education, gates, closing."""
