"""What benches and calibrations have found."""
