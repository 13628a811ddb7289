"""Files of tables, a reader per format (CSV and relatives, Excel, Parquet): bytes in, cells or typed columns out."""
