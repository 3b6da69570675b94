# Lets the trace viewer's page read traces from the bucket by the signed links that it is given.
# A rule of this kind cannot name single objects: what is read needs a signed link as before.

terraform {
  required_version = ">= 1.9"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}

# All of the bucket's rules: S3 keeps one such configuration for a bucket.
resource "aws_s3_bucket_cors_configuration" "traces" {
  bucket = var.bucket

  cors_rule {
    id              = "trace-viewer"
    allowed_methods = ["GET"]
    allowed_origins = [var.trace_viewer_origin]
    max_age_seconds = 3600
  }
}
